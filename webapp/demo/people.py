"""The people of the demo world: one login a role, and some more buyers."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group

from webapp.accounts.demo import PASSWORD
from webapp.accounts.models import PLATFORM, User

REGION = "cn-east"


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody who logs in; no house means a buyer."""

    login: str
    first_name: str
    last_name: str
    house: str = ""
    groups: tuple[str, ...] = ()


STAFF = (
    Person(
        login="sofia", first_name="Sofia", last_name="Song", house="lingyue", groups=("seller",)
    ),
    Person(
        login="marco",
        first_name="Marco",
        last_name="Ma",
        house="lingyue",
        groups=("seller", "seller_manager"),
    ),
    Person(
        login="qing",
        first_name="Qing",
        last_name="He",
        house="qinghe",
        groups=("seller", "seller_manager"),
    ),
    Person(
        login="cora",
        first_name="Cora",
        last_name="Ke",
        house=PLATFORM,
        groups=("customer_service",),
    ),
    Person(
        login="leo",
        first_name="Leo",
        last_name="Liu",
        house=PLATFORM,
        groups=("customer_service", "cs_lead"),
    ),
    Person(login="fay", first_name="Fay", last_name="Fang", house=PLATFORM, groups=("finance",)),
    Person(
        login="frank",
        first_name="Frank",
        last_name="Fu",
        house=PLATFORM,
        groups=("finance", "finance_lead"),
    ),
)
BUYERS = (
    Person(login="lin.buyer", first_name="Lin", last_name="Lan"),
    Person(login="wang.buyer", first_name="Wang", last_name="Wei"),
    Person(login="maya.collins", first_name="Maya", last_name="Collins"),
    Person(login="chen.jie", first_name="Jie", last_name="Chen"),
    Person(login="zhao.min", first_name="Min", last_name="Zhao"),
    Person(login="tom.becker", first_name="Tom", last_name="Becker"),
    Person(login="sun.li", first_name="Li", last_name="Sun"),
    Person(login="wu.hao", first_name="Hao", last_name="Wu"),
    Person(login="ana.silva", first_name="Ana", last_name="Silva"),
    Person(login="xu.ning", first_name="Ning", last_name="Xu"),
    Person(login="gao.yu", first_name="Yu", last_name="Gao"),
    Person(login="noor.khan", first_name="Noor", last_name="Khan"),
)
ADMIN = Person(login="admin", first_name="Ada", last_name="Min", house=PLATFORM, groups=("admin",))


def seed_people() -> int:
    """Make whoever is missing, return how many that were.

    Everybody has the demo's password; it is hashed once, because a good hash is slow.
    """
    wanted = {person.login: person for person in (*STAFF, *BUYERS, ADMIN)}
    known = set(User.objects.filter(username__in=wanted).values_list("username", flat=True))
    missing = [person for login, person in wanted.items() if login not in known]
    if not missing:
        return 0
    password = make_password(PASSWORD)
    User.objects.bulk_create(_user(person, password) for person in missing)
    groups = {
        name: Group.objects.get_or_create(name=name)[0]
        for name in {group for person in missing for group in person.groups}
    }
    for user in User.objects.filter(username__in=[person.login for person in missing]):
        user.groups.set([groups[name] for name in wanted[user.username].groups])
    return len(missing)


def _user(person: Person, password: str) -> User:
    return User(
        username=person.login,
        first_name=person.first_name,
        last_name=person.last_name,
        email=f"{person.login}@example.com",
        password=password,
        tenant=person.house,
        region=REGION,
        is_staff=person is ADMIN,
        is_superuser=person is ADMIN,
    )
