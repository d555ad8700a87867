"""Personal links: capabilities in an address, one purpose each, revocable, stored only as a hash."""

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.urls import reverse
from django.utils.crypto import constant_time_compare

from attendees.models import PersonalLink
from uconf.lib import clock, keys
from uconf.lib.races import looks_again
from uconf.models import User


@transaction.atomic
@looks_again
def link_for(*, person, kind):
    """The person's valid link of a kind; made if there is none yet."""
    link = PersonalLink.objects.filter(person=person, kind=kind, revoked_at=None).first()
    if link is None:
        last = PersonalLink.objects.filter(person=person, kind=kind).order_by("-generation").first()
        link = PersonalLink(person=person, kind=kind, generation=last.generation + 1 if last else 1)
        link.token_hash = keys.fingerprint(link.token)
        link.save()
    return link


@transaction.atomic
def links_for_all(*, people, kind):
    """{person pk: their valid link of a kind}, made for those who have none yet. Two queries if all have one."""
    found = _valid(people, kind)
    missing = [each for each in people if each not in found]
    if missing:
        rows = PersonalLink.objects.filter(person__in=missing, kind=kind)
        last = dict(rows.order_by().values_list("person").annotate(Max("generation")))
        fresh = [PersonalLink(person_id=each, kind=kind, generation=last.get(each, 0) + 1) for each in missing]
        for each in fresh:
            each.token_hash = keys.fingerprint(each.token)
        PersonalLink.objects.bulk_create(fresh, ignore_conflicts=True)  # somebody else may make them at this moment
        found |= _valid(missing, kind)
    return found


def _valid(people, kind):
    return {each.person_id: each for each in PersonalLink.objects.filter(person__in=people, kind=kind, revoked_at=None)}


def token_of(person_id, kind, generation):
    """The token of a link, for those who have its row's values and not the row."""
    return keys.token("personal-link", f"{person_id}:{kind}:{generation}")


@transaction.atomic
def renew(*, person, kind):
    """Make the old link of a kind invalid and give a new one. The person's other links go on."""
    PersonalLink.objects.filter(person=person, kind=kind, revoked_at=None).update(revoked_at=clock.now())
    return link_for(person=person, kind=kind)


def url_of(link):
    """The address to write into a letter."""
    name = {"answer": "attendees:answer", "stop": "attendees:stop"}[link.kind]
    return settings.BASE_URL + reverse(name, args=[link.token])


def find(*, token, kind):
    """The link of a token, for one purpose: valid, expired or revoked alike; None if there is none."""
    return (
        PersonalLink.objects.select_related("person")
        .filter(token_hash=keys.fingerprint(token), kind=kind, person__erased_at=None)
        .first()
    )


def is_good(link):
    """Whether a link may be used now."""
    return link.revoked_at is None and (link.expires_at is None or link.expires_at > clock.now())


def digest_url(user):
    """The address that switches a user's digests off. It is always the same, and stored nowhere."""
    return settings.BASE_URL + reverse("attendees:digest", args=[f"{user.pk}.{digest_secret(user)}"])


def digest_secret(user):
    """What makes the address of ``digest_url`` unguessable."""
    return _digest_token(user.pk)


def user_of_digest(token):
    """The user whose digests a token switches off; None if it is none."""
    pk, _dot, secret = token.partition(".")
    if not (pk.isascii() and pk.isdecimal() and len(pk) < 19) or not constant_time_compare(secret, _digest_token(pk)):
        return None
    return User.objects.filter(pk=pk, is_active=True).first()


def _digest_token(user_pk):
    return keys.token("digest", str(int(user_pk)))
