from django.urls import URLPattern, URLResolver

import orders.catalogue.urls

urlpatterns: list[URLPattern | URLResolver] = [
    *orders.catalogue.urls.urlpatterns,
]
