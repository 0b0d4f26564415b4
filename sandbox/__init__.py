"""A desk for collections_app on a machine without a bench.

The framework comes from a registry wheel, ERPNext is played by a small stand-in (`sandbox/erpnext`), the
database is SQLite and Redis is played by a Python process. Everything built lands in one disposable folder,
`.sandbox/`. The app knows nothing of it. `python3 -m sandbox help` lists the commands.
"""
