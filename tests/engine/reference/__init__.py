"""What BPMN's token semantics say, written down a second time: small, slow, obviously right.

`growing` makes random diagrams as trees of blocks, `building` makes a graph of nodes and flows
of each tree, `writing` writes it as XML for the engine, `machine` plays it by the standard.
`playing` does the same to both and compares what they wait for; `shrinking` makes small what
differs. Nothing here imports anything of the engine but its verbs.
"""
