import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def keep_leases(apps, _schema_editor):
    """What senders hold at this moment is released when their leases end, as before."""
    held = apps.get_model("attendees", "Letter").objects.exclude(claimed_by="").exclude(claimed_until=None)
    senders = held.order_by().values_list("claimed_by").annotate(until=models.Max("claimed_until"))
    lease = apps.get_model("uconf", "Lease")
    lease.objects.bulk_create(lease(sender=sender, until=until) for sender, until in senders)


def leave_room(_apps, schema_editor):
    """Leave room on each page for the next states of its letters: they are then written without any index."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE attendees_letter SET (fillfactor = 50)")


class Migration(migrations.Migration):

    dependencies = [
        ('attendees', '0002_mail_and_agenda'),
        ('uconf', '0004_leases'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(keep_leases, migrations.RunPython.noop),
        migrations.RemoveIndex(
            model_name='letter',
            name='attendees_l_to_pers_086919_idx',
        ),
        migrations.RemoveIndex(
            model_name='letter',
            name='letter_waits',
        ),
        migrations.RemoveIndex(
            model_name='letter',
            name='letter_is_held',
        ),
        migrations.RemoveField(
            model_name='letter',
            name='claimed_until',
        ),
        migrations.AlterField(
            model_name='asking',
            name='attendee',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='askings', to='attendees.attendee'),
        ),
        migrations.AlterField(
            model_name='attendee',
            name='microconference',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='attendees', to='uconf.microconference'),
        ),
        migrations.AlterField(
            model_name='letter',
            name='mail',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='letters', to='attendees.inboundmail'),
        ),
        migrations.AddIndex(
            model_name='letter',
            index=models.Index(condition=models.Q(('next_try_at__isnull', False)), fields=['next_try_at', 'id'], name='letter_waits'),
        ),
        migrations.AddIndex(
            model_name='letter',
            index=models.Index(fields=['to_person', 'kind'], name='letter_to_person'),
        ),
        migrations.AddIndex(
            model_name='letter',
            index=models.Index(condition=models.Q(('mail__isnull', False)), fields=['mail'], name='letter_about_mail'),
        ),
        migrations.RunPython(leave_room, migrations.RunPython.noop),
    ]
