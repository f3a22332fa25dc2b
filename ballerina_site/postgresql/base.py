from django.db.backends.postgresql import base

from ballerina_site.stamp import Stamping


class DatabaseWrapper(Stamping, base.DatabaseWrapper):
    """Django's own, which says when content has changed."""
