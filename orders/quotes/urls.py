from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext_lazy as _

from orders.quotes import views

urlpatterns: list[URLPattern | URLResolver] = [
    path(_("basket/quote/"), views.ask_for_quote, name="quote-ask"),
    path(_("account/quotes/"), views.quotes, name="quotes"),
    path(_("account/quotes/<slug:number>/"), views.own, name="own-quote"),
    path(_("quote/<str:key>/"), views.by_address, name="quote"),
]
