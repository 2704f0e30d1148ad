"""One file for each provider; each implements `handlers.refunds.port.RefundProvider`."""
