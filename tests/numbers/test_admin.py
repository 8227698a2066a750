"""Pools, numbers, leases, providers and settings in the dashboard."""

import re

import pytest
from django.contrib.auth.models import Permission, User
from django.urls import reverse

from accounts.models import AuditEntry
from numbers.models import Number, NumbersSettings, Pool, Provider
from tests.factories import make_member
from tests.factories.numbers import make_lease, make_pool, make_provider
from tests.numbers.arrivals import make_sms

pytestmark = pytest.mark.django_db


def test_a_providers_secret_is_shown_to_who_may_change_it_only(client, chief):
    provider = make_provider()
    url = reverse("admin:numbers_provider_change", args=[provider.pk])

    page = chief.get(url).content.decode()
    assert provider.secret in page and "/sms/generic/acme/" in page

    viewer = User.objects.create_user("viewer", is_staff=True)
    viewer.user_permissions.add(Permission.objects.get(codename="view_provider"))
    client.force_login(viewer)
    assert provider.secret not in client.get(url).content.decode()


def test_a_new_secret_replaces_the_old_one_and_is_kept_out_of_the_audit(chief):
    provider = make_provider()
    old = provider.secret

    chief.post(reverse("admin:numbers_provider_secret", args=[provider.pk]))

    provider.refresh_from_db()
    assert provider.secret != old
    assert provider.secret not in str(list(AuditEntry.objects.values()))


def test_a_provider_is_added_with_a_secret_of_its_own(chief):
    chief.post(
        reverse("admin:numbers_provider_add"),
        {"kind": "generic", "slug": "new", "is_active": "on"},
    )

    assert len(Provider.objects.get().secret) >= 40
    assert AuditEntry.objects.filter(action="numbers.provider.add").exists()


def test_a_pool_is_changed_with_an_audit_entry(senior):
    pool = make_pool(name="Emirates", free=2)

    senior.post(
        reverse("admin:numbers_pool_change", args=[pool.pk]),
        {"name": "Emirates", "country": "AE", "price": "5", "is_active": "on"},
    )

    details = AuditEntry.objects.get(action="numbers.pool.change").details
    assert (details["before"]["price"], details["after"]["price"]) == (0, 5)


def test_a_new_pool_asks_for_what_one_knows_and_reads_its_country_in_any_case(senior):
    url = reverse("admin:numbers_pool_add")

    page = senior.get(url).content.decode()
    senior.post(url, {"name": "Emirates", "country": "ae", "price": "5", "is_active": "on"})

    assert "Created at" not in page and "DatabaseDefault" not in page
    assert Pool.objects.get().country == "AE"


def test_the_settings_are_one_row(chief):
    url = chief.get(reverse("admin:numbers_numberssettings_changelist")).url
    values = {
        "lease_minutes": 20,
        "leases_per_day": 5,
        "leases_at_once": 1,
        "leases_at_once_vip": 2,
        "quarantine_minutes": 30,
        "hold_minutes": 3,
        "sms_kept_days": 30,
    }

    chief.post(url, values)

    assert NumbersSettings.objects.get().lease_minutes == 20
    assert chief.get(reverse("admin:numbers_numberssettings_add")).status_code == 403


@pytest.mark.parametrize("term", ["{e164}", "+{e164}", "00{e164}"])
def test_a_number_is_found_by_its_whole_spelling(senior, term):
    make_pool(free=3)
    number = Number.objects.first()
    url = reverse("admin:numbers_number_changelist")

    page = senior.get(url, {"q": term.format(e164=number.e164)}).content.decode()

    assert len(set(re.findall(r"/numbers/number/(\d+)/change/", page))) == 1


def test_the_lease_history_answers_who_held_it_when(senior):
    lease = make_lease(member=make_member(first_name="Ann"))
    url = reverse("admin:numbers_lease_changelist")

    assert "Ann" in senior.get(url, {"q": f"+{lease.number.e164}"}).content.decode()
    assert "Ann" not in senior.get(url, {"q": "+971599999999"}).content.decode()
    assert "Ann" in senior.get(url, {"member": lease.member_id}).content.decode()


@pytest.mark.parametrize("name", ["number", "lease"])
def test_exports_are_csv(chief, name):
    lease = make_lease()

    response = chief.post(
        reverse(f"admin:numbers_{name}_export"),
        {"format": "0", f"{name}resource_id": "on", "resource": "", **export_fields(name)},
    )

    text = response.content.decode()
    assert str(lease.number.e164) in text
    assert "__" not in text.splitlines()[0]


def export_fields(name):
    resource = {"number": "NumberResource", "lease": "LeaseResource"}[name]
    from numbers.admin import leases, stock

    module = {"number": stock, "lease": leases}[name]
    fields = getattr(module, resource)._meta.fields
    return {f"{resource.lower()}_{field}": "on" for field in fields}


PAGES = [
    ("admin:numbers_pool_changelist", "Junior"),
    ("admin:numbers_batch_changelist", "Junior"),
    ("admin:numbers_number_changelist", "Junior"),
    ("admin:numbers_lease_changelist", "Junior"),
    ("admin:numbers_import", "Senior"),
    ("admin:numbers_inboundsms_changelist", "Senior"),
    ("admin:numbers_provider_changelist", "Chief"),
    ("admin:numbers_numberssettings_changelist", "Chief"),
    ("admin:numbers_lease_export", "Chief"),
    ("admin:numbers_number_export", "Senior"),
]
LEVELS = ["Nobody", "Junior", "Senior", "Chief"]


@pytest.mark.parametrize(("page", "lowest"), PAGES)
def test_each_page_opens_from_its_group_on(as_group, page, lowest):
    make_lease()
    make_sms()

    statuses = [as_group(name).get(reverse(page), follow=True).status_code for name in LEVELS]

    start = LEVELS.index(lowest)
    assert statuses == [403] * start + [200] * (4 - start)


def test_lists_take_few_queries(chief, django_assert_max_num_queries):
    for _ in range(5):
        make_lease()

    for name in ("pool", "batch", "number", "lease"):
        with django_assert_max_num_queries(16):
            chief.get(reverse(f"admin:numbers_{name}_changelist"))


@pytest.mark.parametrize("name", ["number", "lease"])
def test_no_heading_sorts_a_list_that_may_hold_millions(senior, name):
    make_lease(pool=make_pool(free=2))

    page = senior.get(reverse(f"admin:numbers_{name}_changelist")).content.decode()

    assert "Pool" in page and "?o=" not in page
