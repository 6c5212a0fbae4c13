from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext_lazy as _

from orders.reviews import views

urlpatterns: list[URLPattern | URLResolver] = [
    path(_("account/reviews/<slug:slug>/"), views.review, name="review"),
    path(_("account/reviews/<slug:slug>/delete/"), views.remove, name="review-delete"),
    path(_("report-a-review/<uuid:key>/"), views.report, name="review-report"),
]
