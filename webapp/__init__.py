"""The Django project: settings, and one folder per kind of visitor."""
