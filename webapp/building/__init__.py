"""What must be made before the product can run: venv, assets, compiled messages.

Run by the machine's own Python before anything is installed: the standard library only.
Each part keeps a stamp of what it was made from and does nothing when that is unchanged.
"""
