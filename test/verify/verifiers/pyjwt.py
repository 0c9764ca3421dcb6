# PyJWT: reads {jwks, issuer, audience, tokens: {name: token}}, writes {name: accepted}.
import json
import sys

import jwt

asked = json.load(sys.stdin)
keys = jwt.PyJWKSet.from_dict(asked["jwks"])
required = ["iss", "aud", "sub", "client_id", "iat", "exp", "jti"]


def verify(token):
    header = jwt.get_unverified_header(token)
    if header.get("typ") != "at+jwt":
        raise ValueError("typ")
    key = next(key for key in keys.keys if key.key_id == header["kid"])
    jwt.decode(token, key.key, algorithms=["RS256"], issuer=asked["issuer"], audience=asked["audience"],
               options={"require": required})


def accepted(token):
    try:
        verify(token)
        return True
    except Exception:
        return False


json.dump({name: accepted(token) for name, token in asked["tokens"].items()}, sys.stdout)
