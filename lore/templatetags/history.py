from django import template

from lore.recent import address_of

register = template.Library()
register.filter("address", address_of)
