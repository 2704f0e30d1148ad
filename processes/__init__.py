"""The runtime: what can happen to a process instance, and the rows that say so.

Knows BPMN, FEEL and DMN; knows nothing of refunds, orders or screens.
"""
