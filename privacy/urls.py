from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext_lazy as _

from privacy import views

urlpatterns: list[URLPattern | URLResolver] = [
    path(_("privacy/"), views.statement, name="statement"),
]
