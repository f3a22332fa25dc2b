from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.forms import BaseForm


def complain(form: BaseForm, problem: ValidationError, called: Mapping[str, str] | None = None) -> None:
    """A verb's complaints, beside the fields that they are about or above the form. `called`: what the form calls a
    field that the verb knows by another name."""
    complaints = problem.error_dict if hasattr(problem, "error_dict") else {None: problem}
    for name, about_it in complaints.items():
        field = (called or {}).get(name, name)
        form.add_error(field if field in form.fields else None, about_it)
