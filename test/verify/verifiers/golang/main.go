// golang-jwt: reads {jwks, issuer, audience, tokens: {name: token}}, writes {name: accepted}.
package main

import (
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"errors"
	"math/big"
	"os"

	"github.com/golang-jwt/jwt"
)

type asked struct {
	Jwks struct {
		Keys []struct{ Kid, N, E string }
	}
	Issuer, Audience string
	Tokens           map[string]string
}

func number(text string) *big.Int {
	bytes, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		panic(err)
	}
	return new(big.Int).SetBytes(bytes)
}

func verify(question asked, keys map[string]*rsa.PublicKey, text string) error {
	parser := jwt.NewParser(jwt.WithValidMethods([]string{"RS256"}))
	token, err := parser.Parse(text, func(token *jwt.Token) (interface{}, error) {
		kid, _ := token.Header["kid"].(string)
		key, found := keys[kid]
		if !found || token.Header["typ"] != "at+jwt" {
			return nil, errors.New("kid or typ")
		}
		return key, nil
	})
	if err != nil {
		return err
	}
	claims := token.Claims.(jwt.MapClaims)
	for _, name := range []string{"iss", "aud", "sub", "client_id", "iat", "exp", "jti"} {
		if claims[name] == nil {
			return errors.New(name)
		}
	}
	if !claims.VerifyIssuer(question.Issuer, true) || !claims.VerifyAudience(question.Audience, true) {
		return errors.New("iss or aud")
	}
	return nil
}

func main() {
	var question asked
	if err := json.NewDecoder(os.Stdin).Decode(&question); err != nil {
		panic(err)
	}
	keys := map[string]*rsa.PublicKey{}
	for _, key := range question.Jwks.Keys {
		keys[key.Kid] = &rsa.PublicKey{N: number(key.N), E: int(number(key.E).Int64())}
	}
	accepted := map[string]bool{}
	for name, token := range question.Tokens {
		accepted[name] = verify(question, keys, token) == nil
	}
	if err := json.NewEncoder(os.Stdout).Encode(accepted); err != nil {
		panic(err)
	}
}
