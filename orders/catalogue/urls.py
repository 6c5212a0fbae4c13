from django.urls import URLPattern, URLResolver, include, path
from django.utils.translation import gettext_lazy as _

from orders.catalogue import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path(_("department/"), include([path("<path:path>/", views.category, name="category")])),
    path(_("product/"), include([path("<slug:slug>/", views.product, name="product")])),
    path(_("search/"), views.search, name="search"),
]
