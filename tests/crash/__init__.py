"""The kill test: worker processes die by SIGKILL around their calls, and the servers' own lists are compared with the
plan. Nothing may be there twice, nothing may be lost (Promise 1).

    python -m tests.crash --kills 300       ten kills for each point, network and database
    python -m tests.crash --mutant resends  an engine without its fence, which must fail

`plan` says which kills there are, `workers` are the processes that die, `campaign` plans posts on one database and
orders the kills, `reckoning` compares. Real parts everywhere: an AT Protocol PDS, the Mastodon mock, SQLite and
PostgreSQL; between us and the networks stands the cutting proxy.
"""
