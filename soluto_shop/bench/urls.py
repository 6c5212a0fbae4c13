from django.urls import path

from soluto_shop.bench import meter
from soluto_shop.urls import urlpatterns as shop

urlpatterns = [
    path("bench/empty/", meter.empty),
    path("bench/forget/", meter.forget),
    *shop,
]
