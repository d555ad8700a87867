from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('uconf', '0003_versions'),
    ]

    operations = [
        migrations.CreateModel(
            name='Lease',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sender', models.CharField(max_length=200, unique=True)),
                ('until', models.DateTimeField()),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('sender__length__lte', 200)), name='lease_sender_at_most_200')],
            },
        ),
    ]
