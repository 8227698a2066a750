import gettext
import json

import pytest
from django.core.management import CommandError, call_command

from project.catalogues import acts, faults, files, sources
from project.catalogues.sources import Text, read_python, read_template

GREETING = Text("Hello, <b>%(name)s</b>!")
DAYS = Text("%(count)d day", "%(count)d days")
FRENCH = {GREETING: ("Bonjour <b>%(name)s</b> !",), DAYS: ("%(count)d jour", "%(count)d jours")}


@pytest.fixture(autouse=True)
def catalogues(settings, tmp_path, monkeypatch):
    """An empty locale folder, and two texts in the sources."""
    settings.LOCALE_PATHS = [tmp_path]
    for module in (sources, acts, faults):
        monkeypatch.setattr(module, "list_texts", lambda: [DAYS, GREETING])


def write_french(**changed):
    files.write("fr", [DAYS, GREETING], FRENCH | changed.pop("forms", {}))
    files.mo_path("fr").write_bytes(files.compile_catalogue("fr"))


def test_texts_of_python_are_found():
    code = b'_("a"), gettext_lazy("b" "c"), ngettext("one", "many", n), pgettext("month", "May")'

    assert list(read_python(code)) == [
        Text("a"),
        Text("bc"),
        Text("one", "many"),
        Text("May", "", "month"),
    ]


def test_texts_of_templates_are_found_whatever_their_indentation():
    template = """
        {% if x %}
            {% translate "Yes" %}
      {% endif %}{% blocktranslate trimmed count n=n %}
          {{ n }} point
        {% plural %}
          {{ n }} points (100%)
        {% endblocktranslate %}"""

    assert list(read_template(template)) == [
        Text("Yes"),
        Text("%(n)s point", "%(n)s points (100%%)"),
    ]


def test_a_complete_catalogue_has_no_faults():
    write_french()

    assert faults.list_faults("fr") == []


def test_what_is_written_is_read_back():
    write_french()

    assert files.read("fr") == (FRENCH, set())


def test_writing_twice_gives_the_same_bytes():
    write_french()
    first = files.po_path("fr").read_bytes()

    acts.update()

    assert files.po_path("fr").read_bytes() == first


@pytest.mark.parametrize(
    ("forms", "fault"),
    [
        ({GREETING: ("",)}, "untranslated"),
        ({DAYS: ("%(count)d jour", "")}, "untranslated"),
        ({GREETING: ("Bonjour <b>%(nom)s</b> !",)}, "other placeholders"),
        ({DAYS: ("%(count)d jour", "%(count)s jours")}, "other placeholders"),
        ({GREETING: ("Bonjour <b>%(name)s !",)}, "other HTML tags"),
    ],
)
def test_a_wrong_translation_is_a_fault(forms, fault):
    write_french(forms=forms)

    assert [line for line in faults.list_faults("fr") if fault in line]


def test_missing_and_obsolete_texts_are_faults():
    files.write("fr", [GREETING, Text("Gone")], {**FRENCH, Text("Gone"): ("Parti",)})
    files.mo_path("fr").write_bytes(files.compile_catalogue("fr"))

    assert faults.list_faults("fr") == ["fr: missing: '%(count)d day'", "fr: obsolete: 'Gone'"]


def test_a_fuzzy_entry_is_a_fault_and_is_not_compiled():
    write_french()
    path = files.po_path("fr")
    path.write_text(path.read_text().replace('#, python-format\nmsgid "H', '#, fuzzy\nmsgid "H'))
    files.mo_path("fr").write_bytes(files.compile_catalogue("fr"))

    assert faults.list_faults("fr") == ["fr: fuzzy: 'Hello, <b>%(name)s</b>!'"]
    assert GREETING.msgid.encode() not in files.mo_path("fr").read_bytes()


def test_a_stale_compiled_catalogue_is_a_fault():
    write_french()
    files.write("fr", FRENCH, FRENCH | {GREETING: ("Salut <b>%(name)s</b> !",)})

    assert [line for line in faults.list_faults("fr") if "compiled" in line]


@pytest.mark.parametrize(
    ("language", "counts"),
    [
        ("fr", {0: 0, 1: 0, 2: 1, 1000: 1}),
        ("ru", {0: 2, 1: 0, 2: 1, 5: 2, 11: 2, 12: 2, 21: 0, 22: 1, 111: 2}),
        ("ar", {0: 0, 1: 1, 2: 2, 3: 3, 10: 3, 11: 4, 99: 4, 100: 5, 102: 5, 103: 3}),
    ],
)
def test_each_number_takes_its_plural_form(language, counts):
    forms = tuple(f"%(count)d {index}" for index in range(files.form_count(language)))
    files.write(language, [DAYS], {DAYS: forms})
    files.mo_path(language).write_bytes(files.compile_catalogue(language))

    with files.mo_path(language).open("rb") as compiled:
        translations = gettext.GNUTranslations(compiled)

    chosen = {count: translations.ngettext(*DAYS[:2], count) for count in counts}
    assert chosen == {count: f"%(count)d {index}" for count, index in counts.items()}


def test_update_brings_new_texts_in_empty_and_drops_old_ones():
    files.write("fr", [Text("Gone"), GREETING], {Text("Gone"): ("Parti",), **FRENCH})

    call_command("catalogues", "update")

    translations, _fuzzy = files.read("fr")
    assert translations == {GREETING: FRENCH[GREETING], DAYS: ("", "")}


def test_missing_texts_are_filled_from_json(tmp_path, capsys):
    call_command("catalogues", "update")
    call_command("catalogues", "missing", "fr")
    entries = json.loads(capsys.readouterr().out.partition("\n")[2])
    for entry in entries:
        entry["msgstr"] = list(FRENCH[Text(entry["msgid"], entry["plural"])])
    file = tmp_path / "fr.json"
    file.write_text(json.dumps(entries))

    call_command("catalogues", "fill", "fr", str(file))

    assert files.read("fr") == (FRENCH, set())


def test_a_wrong_translation_is_not_filled_in(tmp_path):
    call_command("catalogues", "update")
    file = tmp_path / "fr.json"
    file.write_text(json.dumps([{"msgid": GREETING.msgid, "msgstr": ["Bonjour !"]}]))

    with pytest.raises(CommandError):
        call_command("catalogues", "fill", "fr", str(file))

    assert files.read("fr")[0][GREETING] == ("",)


def test_check_fails_with_a_list(capsys):
    with pytest.raises(CommandError, match="faults"):
        call_command("catalogues", "check")

    assert "fr: missing" in capsys.readouterr().err


def test_an_unknown_language_is_refused():
    with pytest.raises(CommandError, match="fr, ru, ar"):
        call_command("catalogues", "missing", "xx")


@pytest.mark.parametrize(
    ("language", "form", "is_fault"),
    [("ar", 2, False), ("ar", 3, True), ("fr", 0, True)],
)
def test_only_a_form_of_one_number_may_leave_its_digits_out(language, form, is_fault):
    forms = ["%(count)d d"] * files.form_count(language)
    forms[form] = "some days"

    found = list(faults.check_entry(language, DAYS, tuple(forms)))

    assert bool(found) == is_fault
