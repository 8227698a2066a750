"""What is written down of a provider. Twilio's token and a list's key are never shown again."""

import re
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from django import forms
from unfold.widgets import UnfoldAdminPasswordWidget

from numbers.models import MAPPING_FIELDS, REQUEST_FIELDS, Provider
from numbers.providers.times import check_pattern, read_zone

Kind = Provider.Kind
NEEDED = ("url", "number_field", "text_field", "time_field")
HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+", re.ASCII)
# They are ours, or would make another request of it.
HEADERS_REFUSED = {"host", "connection", "content-length", "transfer-encoding", "accept-encoding"}
KEY_NAMES = re.compile(r"(api_?|access_?)?(key|token)|secret|pass(word|wd)?|pwd|auth", re.I)
_FIELD = "Name of the field, or number of the column from 0."
HELP = {
    "kind": "Signed JSON and Twilio send each SMS to an address of ours. With polling, a list "
    "of the provider's is asked for every few seconds.",
    "url": "Asked with GET. {key} stands for the key, {since} for the time of the last success "
    "less an hour, written as the list writes its times. In the sandbox: {sandbox}/sms/list",
    "auth_header": "Such as Authorization or X-API-Key. Empty where the address holds {key}, or "
    "no key is needed.",
    "poll_seconds": "From one asking to the next while a member holds a number; while nobody "
    "does, once a minute is enough.",
    "list_path": "Where in the answer the list of SMS is, such as data.messages or aaData. "
    "Empty: the answer is the list.",
    "number_field": f"To which the SMS came, with its country code. {_FIELD}",
    "sender_field": f"{_FIELD} Empty: the list does not tell.",
    "text_field": _FIELD,
    "time_field": f"When the SMS was received: it decides who gets it. {_FIELD}",
    "time_format": "Empty: 2026-01-31 12:00:00 and the like, with an offset or without, or "
    "seconds or milliseconds since 1970. Else its pattern, such as %d/%m/%Y %H:%M:%S or "
    "%m/%d/%Y %I:%M %p",
    "time_zone": "Of times without an offset, such as Asia/Dubai.",
    "id_field": f"{_FIELD} Empty where there is none: rows that say the same are one SMS.",
}


class ProviderForm(forms.ModelForm):  # type: ignore[type-arg]
    token = forms.CharField(
        required=False,
        max_length=500,
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"}),
    )

    class Meta:
        model = Provider
        fields = ["kind", "slug", "is_active", *REQUEST_FIELDS, *MAPPING_FIELDS]
        help_texts = HELP

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "token" in self.fields:
            self.fields["token"].label, self.fields["token"].help_text = _say_token(self.instance)
        if self.instance.pk and self.instance.kind == Kind.POLLING:
            for name in NEEDED:
                if name in self.fields:
                    self.fields[name].required = True

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        kind = cleaned.get("kind", self.instance.kind)
        token = cleaned.get("token", "").strip()
        if kind == Kind.TWILIO:
            self._take_twilios(token)
        elif kind == Kind.POLLING:
            self._take_key(token, cleaned)
        elif token:
            self.add_error("token", "This kind of provider has a secret of ours.")
        return cleaned

    def clean_url(self) -> str:
        address: str = self.cleaned_data["url"].strip()
        bare = address.replace("{sandbox}", "http://sandbox").replace("{key}", "x")
        try:
            parts = urlsplit(bare.replace("{since}", "x"))
            is_address = parts.scheme in ("http", "https") and bool(parts.hostname)
            is_named = parts.username is None and parts.password is None
            asked = parse_qsl(urlsplit(address).query)
            parts.port  # noqa: B018  raises for one that is none
        except ValueError:
            raise forms.ValidationError("This is no address.") from None
        if not is_address:
            raise forms.ValidationError("It begins with https:// or http:// and a host.")
        # An address is shown, and kept in the audit: no key may be part of it.
        is_open = any(KEY_NAMES.fullmatch(name) and "{" not in value for name, value in asked)
        if is_open or not is_named:
            raise forms.ValidationError(
                "Write {key} in place of the key, and the key into its own field."
            )
        return address

    def clean_auth_header(self) -> str:
        name: str = self.cleaned_data["auth_header"].strip().rstrip(":")
        if name and (not HEADER.fullmatch(name) or name.lower() in HEADERS_REFUSED):
            raise forms.ValidationError("This is no name of a header for a key.")
        return name

    def clean_time_format(self) -> str:
        pattern: str = self.cleaned_data["time_format"].strip()
        try:
            if pattern:
                check_pattern(pattern)
        except ValueError:
            raise forms.ValidationError(
                "A pattern names day, month, year, hour and minute, such as %d/%m/%Y %H:%M"
            ) from None
        return pattern

    def clean_time_zone(self) -> str:
        name: str = self.cleaned_data["time_zone"].strip() or "UTC"
        try:
            read_zone(name)
        except ValueError:
            raise forms.ValidationError("There is no such zone. One is Asia/Dubai.") from None
        return name

    def _take_twilios(self, token: str) -> None:
        if token:
            self.instance.secret = token
        elif self.instance.pk is None:
            self.add_error("token", "Twilio signs with it: it stands in Twilio's console.")

    def _take_key(self, key: str, cleaned: dict[str, Any]) -> None:
        if not key.isascii() or not key.isprintable():
            self.add_error("token", "A key is of plain letters, digits and signs.")
            return
        if self.instance.pk is None:
            self.instance.secret = ""
            if key:
                # A key is kept for the host it was written for, and there is none yet.
                self.add_error("token", "Leave this empty: the next page has it, by the address.")
            return
        stored = Provider.objects.get(pk=self.instance.pk)
        if key:
            self.instance.secret = key
        elif stored.secret and _place(cleaned.get("url", "")) != _place(stored.url):
            # Or whoever may change the address could have the key sent to himself.
            self.add_error("token", "The address leads to another host: write the key again.")


def _place(address: str) -> tuple[str, str]:
    """Scheme, host and port."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ("", "")
    return (parts.scheme, parts.netloc) if parts.scheme else (address.partition("/")[0], "")


def _say_token(provider: Provider) -> tuple[str, str]:
    if provider.pk is None:
        return (
            "Token",
            "Twilio: your account's Auth Token. Others: leave it empty. Signed JSON gets a "
            "secret of ours, and the key of a list is asked for on the next page.",
        )
    if provider.kind == Kind.TWILIO:
        return "Twilio's Auth Token", "One is kept. Leave this empty to keep it."
    kept = "One is kept: leave this empty to keep it." if provider.secret else "There is none yet."
    whole = "Sent as that header's whole value, so with Bearer before it where that is asked for."
    return "Key", f"{kept} {whole} It is never shown again."
