"""The face that Django looks at: it imports the models of this app's features.

No feature keeps rows yet: knowledge is files, and checking is pure.
"""
