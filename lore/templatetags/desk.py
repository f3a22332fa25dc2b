from django import template

from lore.desk import waiting_for_editors

register = template.Library()
register.simple_tag(waiting_for_editors)
