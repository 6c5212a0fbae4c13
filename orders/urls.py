from django.urls import URLPattern, URLResolver

import orders.agreements.urls
import orders.basket.urls
import orders.bookings.urls
import orders.catalogue.urls
import orders.checkout.urls
import orders.complaints.urls
import orders.history.urls
import orders.pages.urls
import orders.quotes.urls
import orders.returns.urls
import orders.reviews.urls
import orders.sales.urls
import orders.subscriptions.urls
import orders.taste.urls
import orders.wishes.urls

urlpatterns: list[URLPattern | URLResolver] = [
    *orders.catalogue.urls.urlpatterns,
    *orders.basket.urls.urlpatterns,
    *orders.checkout.urls.urlpatterns,
    *orders.quotes.urls.urlpatterns,
    *orders.agreements.urls.urlpatterns,
    *orders.bookings.urls.urlpatterns,
    *orders.history.urls.urlpatterns,
    *orders.returns.urls.urlpatterns,
    *orders.complaints.urls.urlpatterns,
    *orders.sales.urls.urlpatterns,
    *orders.subscriptions.urls.urlpatterns,
    *orders.taste.urls.urlpatterns,
    *orders.wishes.urls.urlpatterns,
    *orders.reviews.urls.urlpatterns,
    *orders.pages.urls.urlpatterns,
]
