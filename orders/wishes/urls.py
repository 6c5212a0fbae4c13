from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext_lazy as _

from orders.wishes import views, waiting_views

urlpatterns: list[URLPattern | URLResolver] = [
    path(_("account/wishes/"), views.lists, name="wish-lists"),
    path(_("account/wishes/wish/"), views.wish, name="wish"),
    path(_("account/wishes/<uuid:key>/"), views.one_list, name="wish-list"),
    path(_("account/wishes/<uuid:key>/show/"), views.show, name="wish-list-show"),
    path(_("account/wishes/<uuid:key>/hide/"), views.hide, name="wish-list-hide"),
    path(_("account/wishes/<uuid:key>/delete/"), views.end, name="wish-list-delete"),
    path(_("account/wishes/<uuid:key>/<uuid:wish>/remove/"), views.remove, name="wish-remove"),
    path(_("account/wishes/<uuid:key>/<uuid:wish>/buy/"), views.buy, name="wish-buy"),
    path(_("back-in-stock/"), waiting_views.wait, name="await"),
    path(_("back-in-stock/asked/"), waiting_views.asked, name="awaited-asked"),
    path(_("back-in-stock/<str:key>/"), waiting_views.awaited, name="awaited"),
    path(_("wishes/<slug:secret>/"), views.shown, name="shown-wishes"),
]
