from django.contrib.postgres.operations import BtreeGistExtension, TrigramExtension
from django.db import migrations


class Migration(migrations.Migration):
    """Constraints on ranges and the search of misspelt words need two of PostgreSQL's own parts."""

    initial = True
    dependencies = []
    operations = [BtreeGistExtension(), TrigramExtension()]
