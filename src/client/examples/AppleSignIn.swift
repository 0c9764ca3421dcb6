// Sign in with Apple, with AuthenticationServices. Copy it beside Latchkey.swift; what has to be configured is in ../README.md.

#if canImport(AuthenticationServices)
import AuthenticationServices
import CryptoKit
import Foundation

/// One at a time: the system shows its sheet over `window`. Its `ASAuthorizationError` says that the user did not want to.
@MainActor
final class AppleSignIn: NSObject, ASAuthorizationControllerDelegate, ASAuthorizationControllerPresentationContextProviding {
    private let latchkey: Latchkey
    private let window: ASPresentationAnchor
    private var waiting: CheckedContinuation<ASAuthorizationAppleIDCredential, Error>?

    init(latchkey: Latchkey, window: ASPresentationAnchor) {
        self.latchkey = latchkey
        self.window = window
    }

    func signIn() async throws {
        let nonce = try await latchkey.nonce()
        let request = ASAuthorizationAppleIDProvider().createRequest()
        request.requestedScopes = [.fullName, .email]
        // In the ID token is what is given here: so that nobody who reads that has the nonce.
        request.nonce = SHA256.hash(data: Data(nonce.utf8)).map { String(format: "%02x", $0) }.joined()
        let credential = try await answer(to: request)
        guard let idToken = credential.identityToken else { throw ASAuthorizationError(.failed) }
        var more: [String: any Sendable] = [:]
        // Good for five minutes: by it the service can revoke Apple's tokens when the account is deleted.
        if let code = credential.authorizationCode { more["authorization_code"] = String(decoding: code, as: UTF8.self) }
        // Only at the first sign-in, and nowhere else.
        let name = credential.fullName.map { PersonNameComponentsFormatter().string(from: $0) } ?? ""
        if !name.isEmpty { more["name"] = name }
        try await latchkey.login(with: "apple", idToken: String(decoding: idToken, as: UTF8.self), nonce: nonce, more: more)
    }

    private func answer(to request: ASAuthorizationRequest) async throws -> ASAuthorizationAppleIDCredential {
        let controller = ASAuthorizationController(authorizationRequests: [request])
        controller.delegate = self
        controller.presentationContextProvider = self
        return try await withCheckedThrowingContinuation {
            waiting = $0
            controller.performRequests()
        }
    }

    func authorizationController(controller: ASAuthorizationController, didCompleteWithAuthorization authorization: ASAuthorization) {
        guard let credential = authorization.credential as? ASAuthorizationAppleIDCredential else {
            return fail(ASAuthorizationError(.unknown))
        }
        waiting?.resume(returning: credential)
        waiting = nil
    }

    func authorizationController(controller: ASAuthorizationController, didCompleteWithError error: any Error) { fail(error) }

    func presentationAnchor(for controller: ASAuthorizationController) -> ASPresentationAnchor { window }

    private func fail(_ error: any Error) {
        waiting?.resume(throwing: error)
        waiting = nil
    }
}
#endif
