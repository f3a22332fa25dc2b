"""A page's addresses: its slug, the old ones and its aliases. Each leads to it for good."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify

from accounts.models import User
from lore.canon import RESERVED_SLUGS
from lore.changing import note
from lore.indexing import index_page
from lore.linking import refresh_linkers
from lore.models import Address, ChangeKind, Page

_LONGEST_SLUG = Address._meta.get_field("slug").max_length
_LONGEST_NAME = Address._meta.get_field("name").max_length


def claim_address(page: Page, slug: str, name: str = "") -> Address:
    """Gives the page one more address, for good. Raises ValidationError when the address is taken or reserved."""
    try:
        check_address(slug, page.pk)
    except ValidationError as problem:
        raise ValidationError({"slug": problem})
    address, _ = Address.objects.get_or_create(slug=slug, defaults={"page": page, "name": name[:_LONGEST_NAME]})
    if address.page_id != page.pk:  # somebody was quicker
        raise ValidationError({"slug": f"“{slug}” already leads to “{address.page}”."})
    return address


def check_address(slug: str, page_id: int | None) -> None:
    """Raises ValidationError when the address cannot be this page's (None: a page to come)."""
    if not slug or slug in RESERVED_SLUGS or slug.startswith("page-"):
        raise ValidationError(f"“{slug}” cannot be the address of a page.")
    if len(slug) > _LONGEST_SLUG:
        raise ValidationError(f"An address has at most {_LONGEST_SLUG} characters. This one is longer: “{slug[:20]}…”.")
    holder = Address.objects.filter(slug=slug).exclude(page=page_id).select_related("page").first()
    if holder:
        raise ValidationError(f"“{slug}” already leads to “{holder.page}”.")


def rename(page: Page, slug: str, editor: User | None = None, reason: str = "") -> None:
    """The old address goes on leading here."""
    with transaction.atomic():
        claim_address(page, slug)
        page.slug = slug
        page.full_clean(exclude=["current"])
        page.save(update_fields=["slug"])
        page.addresses.filter(slug=slug).update(name="")
        refresh_linkers(page)
        note(ChangeKind.RENAMED, page, editor, reason)


def set_aliases(page: Page, names: list[str]) -> None:
    """Aliases are named addresses. One taken off the list keeps leading here, it is only no longer shown."""
    with transaction.atomic():
        wanted = {slugify(name): name for name in names if slugify(name) and slugify(name) != page.slug}
        page.addresses.exclude(slug__in=wanted).exclude(name="").update(name="")
        for slug, name in wanted.items():
            claim_address(page, slug, name)
        for slug, name in wanted.items():
            page.addresses.filter(slug=slug).update(name=name[:_LONGEST_NAME])
        refresh_linkers(page)
        if page.current_id:
            index_page(page)
