# ruby-jwt: reads {jwks, issuer, audience, tokens: {name: token}}, writes {name: accepted}.
require 'json'
require 'jwt'

asked = JSON.parse($stdin.read)
required = %w[iss aud sub client_id iat exp jti]
options = {
  algorithms: ['RS256'], jwks: JSON.parse(JSON.generate(asked['jwks']), symbolize_names: true),
  iss: asked['issuer'], verify_iss: true, aud: asked['audience'], verify_aud: true, required_claims: required
}

accepted = asked['tokens'].transform_values do |token|
  _, header = JWT.decode(token, nil, true, options)
  header['typ'] == 'at+jwt'
rescue StandardError
  false
end
puts JSON.generate(accepted)
