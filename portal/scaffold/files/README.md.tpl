# [[ title ]]

A plug-in for Storewise. It begins with notes: the distributor writes one to a store, the store sees it on its first page
and says that it is done. Make of it what your stores need.

Where Storewise lies, in its environment:

    pip install --no-deps --editable [[ distribution ]]
    flask plugins check [[ name ]]
    flask db upgrade

Then an administrator switches it on under "Plug-ins". Its tests:

    python -m pytest [[ distribution ]]

After a change of `models.py`, and after a change of texts:

    flask plugins revision [[ name ]] -m "what changed"
    flask plugins translate [[ name ]]

To take it away again, with its data:

    flask plugins purge [[ name ]]
    pip uninstall [[ distribution ]]

Storewise's `docs/plugins.md` goes through everything that a plug-in may do.
