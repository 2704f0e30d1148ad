"""viewflow 2.4's own workflow engine, as a Django application with settings of its own."""
