"""The door for payment providers; what it means is decided in `handlers.refunds`."""
