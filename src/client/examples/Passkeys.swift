// Passkeys on Apple's systems, with AuthenticationServices: bytes become the JSON of Web Authentication. Copy it beside
// Latchkey.swift; what has to be configured is in ../README.md.

#if canImport(AuthenticationServices)
import AuthenticationServices
import Foundation

private struct CreationOptions: Decodable {
    struct Party: Decodable { let id: String }
    struct User: Decodable { let id: String; let name: String }
    struct Known: Decodable { let id: String }
    let challenge: String
    let rp: Party
    let user: User
    let excludeCredentials: [Known]
}

private struct RequestOptions: Decodable { let challenge: String; let rpId: String }
private struct Passkey: Decodable { let id: String }

/// One at a time: the system shows its sheet over `window`. Its `ASAuthorizationError` says that the user did not want to.
@MainActor
final class Passkeys: NSObject, ASAuthorizationControllerDelegate, ASAuthorizationControllerPresentationContextProviding {
    typealias JSON = [String: any Sendable]

    private let latchkey: Latchkey
    private let window: ASPresentationAnchor
    private var waiting: CheckedContinuation<JSON, Error>?

    init(latchkey: Latchkey, window: ASPresentationAnchor) {
        self.latchkey = latchkey
        self.window = window
    }

    /// Takes a sign-in of the last ten minutes, or throws `recent-sign-in-required`.
    func register(name: String) async throws {
        let options: CreationOptions = try await latchkey.decode(latchkey.call("/api/users/me/passkeys/options", [:]))
        let provider = ASAuthorizationPlatformPublicKeyCredentialProvider(relyingPartyIdentifier: options.rp.id)
        let request = provider.createCredentialRegistrationRequest(
            challenge: bytes(options.challenge), name: options.user.name, userID: bytes(options.user.id))
        if #available(iOS 17.4, macOS 14.4, *) {
            request.excludedCredentials = options.excludeCredentials.map {
                ASAuthorizationPlatformPublicKeyCredentialDescriptor(credentialID: bytes($0.id))
            }
        }
        let credential = try await answer(to: request)
        let _: Passkey = try await latchkey.decode(
            latchkey.call("/api/users/me/passkeys", ["credential": credential, "name": name]))
    }

    func signIn() async throws {
        try await latchkey.signIn("/api/auth/passkey", ["credential": ask([:])])
    }

    /// In place of a code.
    func secondFactor(_ authSession: String) async throws {
        let passkey = try await ask(["auth_session": authSession])
        try await latchkey.signIn("/api/auth/login/second-factor", ["auth_session": authSession, "passkey": passkey])
    }

    private func ask(_ json: JSON) async throws -> JSON {
        let options: RequestOptions = try await latchkey.post("/api/auth/passkey/options", json)
        let provider = ASAuthorizationPlatformPublicKeyCredentialProvider(relyingPartyIdentifier: options.rpId)
        return try await answer(to: provider.createCredentialAssertionRequest(challenge: bytes(options.challenge)))
    }

    private func answer(to request: ASAuthorizationRequest) async throws -> JSON {
        let controller = ASAuthorizationController(authorizationRequests: [request])
        controller.delegate = self
        controller.presentationContextProvider = self
        return try await withCheckedThrowingContinuation {
            waiting = $0
            controller.performRequests()
        }
    }

    func authorizationController(controller: ASAuthorizationController, didCompleteWithAuthorization authorization: ASAuthorization) {
        switch authorization.credential {
        case let made as ASAuthorizationPlatformPublicKeyCredentialRegistration:
            finish(made.credentialID, [
                "clientDataJSON": made.rawClientDataJSON, "attestationObject": made.rawAttestationObject ?? Data(),
            ])
        case let shown as ASAuthorizationPlatformPublicKeyCredentialAssertion:
            finish(shown.credentialID, [
                "clientDataJSON": shown.rawClientDataJSON, "authenticatorData": shown.rawAuthenticatorData,
                "signature": shown.signature, "userHandle": shown.userID,
            ])
        default:
            fail(ASAuthorizationError(.unknown))
        }
    }

    func authorizationController(controller: ASAuthorizationController, didCompleteWithError error: any Error) { fail(error) }

    func presentationAnchor(for controller: ASAuthorizationController) -> ASPresentationAnchor { window }

    private func finish(_ id: Data, _ response: [String: Data]) {
        let name = base64url(id)
        waiting?.resume(returning: ["id": name, "rawId": name, "type": "public-key", "response": response.mapValues(base64url)])
        waiting = nil
    }

    private func fail(_ error: any Error) {
        waiting?.resume(throwing: error)
        waiting = nil
    }
}

private func bytes(_ base64url: String) -> Data {
    let base64 = base64url.replacingOccurrences(of: "-", with: "+").replacingOccurrences(of: "_", with: "/")
    return Data(base64Encoded: base64 + String(repeating: "=", count: (4 - base64.count % 4) % 4)) ?? Data()
}
#endif
