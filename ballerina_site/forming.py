from django.forms import BoundField
from django.forms.renderers import TemplatesSetting
from django.utils.safestring import SafeString


class HouseField(BoundField):
    @property
    def takes_focus(self) -> bool:
        """The first that is at fault, unless the form as a whole is or its page sums the faults up (`complaints`): that
        takes the focus then."""
        form = self.form
        if not self.errors or form.non_field_errors() or hasattr(form, "complaints"):
            return False
        return self.name == next(field.name for field in form.visible_fields() if field.errors)

    @property
    def focused(self) -> SafeString:
        return self.as_widget(attrs={"autofocus": True})


class Renderer(TemplatesSetting):
    bound_field_class = HouseField
