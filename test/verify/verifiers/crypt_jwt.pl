# Crypt::JWT: reads {jwks, issuer, audience, tokens: {name: token}}, writes {name: accepted}.
use strict;
use warnings;
use Crypt::JWT qw(decode_jwt);
use JSON::PP;

my $asked = decode_json(do { local $/; <STDIN> });
my %accepted;
for my $name (keys %{ $asked->{tokens} }) {
  my $ok = eval {
    my ($header, $claims) = decode_jwt(
      token => $asked->{tokens}{$name}, kid_keys => $asked->{jwks}, accepted_alg => 'RS256', decode_header => 1,
      verify_iss => $asked->{issuer}, verify_aud => $asked->{audience}, verify_exp => 1, verify_nbf => undef,
    );
    die 'typ' if ($header->{typ} // '') ne 'at+jwt';
    defined $claims->{$_} or die $_ for qw(iss aud sub client_id iat exp jti);
    1;
  };
  $accepted{$name} = $ok ? JSON::PP::true : JSON::PP::false;
}
print encode_json(\%accepted);
