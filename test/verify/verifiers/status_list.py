# PyJWT and zlib: reads {jwks, issuer, list, tokens: {name: claims}}, writes {name: "active", "ended" or "refused"}.
import base64
import json
import sys
import zlib

import jwt

asked = json.load(sys.stdin)
keys = {key.key_id: key.key for key in jwt.PyJWKSet.from_dict(asked["jwks"]).keys}


# Fetch it with `Accept: application/statuslist+jwt`, keep it for `ttl` seconds, and until `exp` while it cannot be had.
def read_list(token, uri):
    header = jwt.get_unverified_header(token)
    if header.get("typ") != "statuslist+jwt":
        raise ValueError("typ")
    claims = jwt.decode(token, keys[header["kid"]], algorithms=["RS256"],
                        options={"require": ["sub", "iat", "exp"], "verify_iat": False})
    if claims["sub"] != uri or claims["status_list"]["bits"] != 1:
        raise ValueError("sub or bits")
    lst = claims["status_list"]["lst"]
    return zlib.decompress(base64.urlsafe_b64decode(lst + "=" * (-len(lst) % 4)))


# After the token's own check. Out of bounds is an IndexError: refuse the token.
def status(claims):
    if "status" not in claims:
        return "active"
    place = claims["status"]["status_list"]
    if not place["uri"].startswith(asked["issuer"] + "/status/") or place["idx"] < 0:
        raise ValueError("uri or idx")
    bits = read_list(asked["list"], place["uri"])
    return "ended" if bits[place["idx"] // 8] >> place["idx"] % 8 & 1 else "active"


def answer(claims):
    try:
        return status(claims)
    except Exception:
        return "refused"


json.dump({name: answer(claims) for name, claims in asked["tokens"].items()}, sys.stdout)
