"""The address map."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

import customers.urls
import orders.urls
import privacy.urls
from orders.catalogue import sitemap
from soluto_shop import health, media, well_known

handler400 = "soluto_shop.errors.bad_request"
handler500 = "soluto_shop.errors.server_error"

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.process, name="healthz"),
    path("healthz/duties", health.duties, name="duties"),
    path("readyz", health.ready, name="readyz"),
    path("robots.txt", sitemap.robots, name="robots"),
    path(".well-known/security.txt", well_known.security, name="security-txt"),
    path("sitemap.xml", sitemap.index, name="sitemap"),
    path("sitemap-<int:number>.xml", sitemap.part, name="sitemap-part"),
    path("media/pictures/<uuid:product>/<str:name>", media.picture, name="picture"),
    *i18n_patterns(
        # First, for speed: whoever asks for anything else is past it at the first letters.
        path("admin/", admin.site.urls),
        # Then the shelf, which is what is asked for most by far.
        path("", include((orders.urls.urlpatterns, "orders"))),
        path("", include((privacy.urls.urlpatterns, "privacy"))),
        path("", include(customers.urls.allauth_urlpatterns)),
        path("", include((customers.urls.urlpatterns, "customers"))),
        prefix_default_language=False,
    ),
]
