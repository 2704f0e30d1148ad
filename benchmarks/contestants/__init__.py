"""Who is measured. Each runs in a process of its own and does what it is asked, in turn.

Own processes keep them apart: our engine patches SpiffWorkflow when it is imported, and
viewflow wants settings of its own. While one works, the others wait for their next line.
"""
