"""The proof of the suite: a small shop in memory whose bugs can be switched on, one at a time.

`bugs` is the catalogue of what is wrong, `liberties` that of what is legal as well. `web` is HTTP, `reader` bodies and
queries, `accounts` users and tokens, `money` prices, `store` the tables, `pages` lists; `shop`, `backoffice` and `live`
are the operations. Where a bug can stand, a call of `bug` with its name stands beside the right code; where another
way is as good, a call of `free`.
"""
