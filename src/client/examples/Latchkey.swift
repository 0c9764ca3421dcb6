// The refresh protocol on Apple's systems, with URLSession and an actor. Copy it into your app: ../refresh-protocol.md says why
// each line is there.

import Foundation
#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// `key`: made with the tokens, sent with the call that spends them and with every retry of it. `deviceKey`: the one that their session
/// is bound to, or about to be; `none` where they are sent without a proof, which is decided once for all retries.
struct Tokens: Codable { var access: String; var refresh: String; var deviceKey: String?; var key = UUID().uuidString }
private let none = ""
struct TokenResponse: Decodable { let access_token: String; let refresh_token: String; let known_device: String? }
struct MailAnswer: Decodable { let request: String; let code_length: Int }
struct Nonce: Decodable { let nonce: String }
struct Problem: Error, Decodable {
    let type: String
    let discard_credentials: Bool?
    /// Of `second-factor-required`.
    let auth_session: String?
    let factors: [String]?
}
struct TryLater: Error { let seconds: Int? }

/// What keeps secrets in your app: the Keychain, with `kSecAttrAccessibleAfterFirstUnlockThisDeviceOnly`.
protocol Vault: Sendable {
    func load() throws -> Tokens?
    /// In one write. `nil` forgets the tokens.
    func save(_ tokens: Tokens?) throws

    // Both outlive a logout: the handle of a mail whose code is still to be typed, and the word that this device is known.
    func request() throws -> String?
    func setRequest(_ request: String?) throws
    func knownDevice() throws -> String?
    func setKnownDevice(_ word: String?) throws
}

actor Latchkey {
    private let origin: URL
    private let vault: any Vault
    private let keys: (any DeviceKeys)?
    private var nonce: String?
    private let onSignedOut: @Sendable () -> Void
    private var refreshing: Task<Tokens?, Error>?

    /// `keys`: `EnclaveKeys()`; without them nothing is bound.
    init(origin: URL, vault: any Vault, keys: (any DeviceKeys)? = nil, onSignedOut: @escaping @Sendable () -> Void) {
        self.origin = origin
        self.vault = vault
        self.keys = keys
        self.onSignedOut = onSignedOut
    }

    /// What the code of the mail is typed with. It is kept: the app may be closed while the mail is read.
    func register(email: String, name: String) async throws {
        let mail: MailAnswer = try await post("/api/auth/register", ["email": email, "name": name])
        try vault.setRequest(mail.request)
    }

    func verify(code: String, password: String) async throws {
        let request = try vault.request() ?? ""
        try await signIn("/api/auth/verify-email", ["request": request, "code": code, "password": password, "sign_in": true])
        try vault.setRequest(nil)
    }

    /// Throws a `Problem` with `auth_session` and `factors` where the account has a second factor: `secondFactor` goes on. Keep the
    /// handle for its five minutes: the app may be closed while the code is fetched from another one.
    func login(email: String, password: String) async throws {
        try await signIn("/api/auth/login", ["email": email, "password": password])
    }

    /// For the SDK of a provider, and for the call that brings its ID token: good for one sign-in.
    func nonce() async throws -> String {
        let made: Nonce = try await post("/api/auth/nonce", [:])
        return made.nonce
    }

    /// As `login`. `nonce`: as `nonce()` gave it, also where the SDK was given its hash. `more`: what the provider says to the app alone.
    func login(with provider: String, idToken: String, nonce: String, more: [String: any Sendable] = [:]) async throws {
        let shown: [String: any Sendable] = ["id_token": idToken, "nonce": nonce]
        try await signIn("/api/auth/login/\(provider)", shown.merging(more) { own, _ in own })
    }

    func secondFactor(_ authSession: String, totp: String) async throws {
        try await signIn("/api/auth/login/second-factor", ["auth_session": authSession, "totp": totp])
    }

    /// Ends every session and begins this one anew. If the answer is lost, the next refresh brings it: it has the same key.
    func changePassword(_ current: String, to chosen: String) async throws {
        let change = ["current_password": current, "new_password": chosen]
        let answer: TokenResponse = try decode(try await call("/api/auth/change-password", change, spendsTokens: true))
        try vault.save(tokens(in: answer, deviceKey: vault.load()?.deviceKey))
    }

    /// Calls the API. An access token that is refused is answered with one refresh and one more try.
    func call(_ path: String, _ json: [String: any Sendable]? = nil, spendsTokens: Bool = false) async throws -> (Data, HTTPURLResponse) {
        let once = UUID().uuidString
        let tokens = try vault.load()
        let signer = try spendsTokens ? tokens.flatMap { try self.signer(of: $0) } : nil
        let first = try await send(path, json, access: tokens?.access, key: spendsTokens ? tokens?.key : once, signer: signer)
        // A wrong password is a 401 too: sent again, it would count twice.
        let refusal = first.1.value(forHTTPHeaderField: "WWW-Authenticate") ?? ""
        guard first.1.statusCode == 401, refusal.contains("invalid_token"), let tokens,
            let renewed = try await refresh(tokens) else { return first }
        let next = try spendsTokens ? self.signer(of: renewed) : nil
        return try await send(path, json, access: renewed.access, key: spendsTokens ? renewed.key : once, signer: next)
    }

    func signIn(_ path: String, _ json: [String: any Sendable]) async throws {
        let known: [String: any Sendable] = try vault.knownDevice().map { ["known_device": $0] } ?? [:]
        let signer = newSigner()
        let answer: TokenResponse = try await post(path, json.merging(known) { given, _ in given }, signer: signer)
        try vault.save(tokens(in: answer, deviceKey: signer?.name))
        try vault.setKnownDevice(answer.known_device)
    }

    /// One in flight, however many wait for it.
    private func refresh(_ refused: Tokens) async throws -> Tokens? {
        if let refreshing { return try await refreshing.value }
        let task = Task { try await spend(refused) }
        refreshing = task
        defer { refreshing = nil }
        return try await task.value
    }

    /// Nothing when the session is over. Throws, offline too: the tokens are kept, and their key, for the next try.
    private func spend(_ refused: Tokens) async throws -> Tokens? {
        guard var stored = try vault.load() else { return nil }
        if stored.access != refused.access { return stored } // somebody was faster
        if stored.deviceKey == nil, keys != nil {
            // Saved before the request that binds the session; from then on never without a proof.
            stored.deviceKey = newSigner()?.name ?? none
            try vault.save(stored)
        }
        let signer: (any DeviceKey)?
        do { signer = try self.signer(of: stored) } catch is KeyGone { return try signedOut() } // no logout
        let (data, response) = try await send("/api/auth/refresh", ["refresh_token": stored.refresh], key: stored.key, signer: signer)
        if response.statusCode == 200 {
            let answer: TokenResponse = try decode((data, response))
            let renewed = tokens(in: answer, deviceKey: signer?.name)
            try vault.save(renewed)
            return renewed
        }
        let problem = try? JSONDecoder().decode(Problem.self, from: data) // or a gateway's page
        guard problem?.discard_credentials == true else {
            // `refresh-superseded` as well: the vault is read again
            throw TryLater(seconds: response.value(forHTTPHeaderField: "Retry-After").flatMap { Int($0) })
        }
        return try signedOut()
    }

    private func signedOut() throws -> Tokens? {
        try vault.save(nil)
        onSignedOut()
        return nil
    }

    /// Nothing where the Keychain fails: a sign-in, or a session that is not bound, goes on without.
    private func newSigner() -> (any DeviceKey)? { try? keys?.loadOrCreate() }

    /// Throws where the Keychain fails: the tokens stay, and the call may be repeated.
    private func signer(of tokens: Tokens) throws -> (any DeviceKey)? {
        guard let name = tokens.deviceKey, name != none else { return nil }
        guard let keys else { throw TryLater(seconds: nil) } // give them: the session is bound
        let key = try keys.load()
        guard key.name == name else { throw KeyGone() }
        return key
    }

    private func tokens(in answer: TokenResponse, deviceKey: String?) -> Tokens {
        Tokens(access: answer.access_token, refresh: answer.refresh_token, deviceKey: deviceKey == none ? nil : deviceKey)
    }

    func post<Answer: Decodable & Sendable>(
        _ path: String, _ json: [String: any Sendable], signer: (any DeviceKey)? = nil
    ) async throws -> Answer {
        try decode(try await send(path, json, key: UUID().uuidString, signer: signer))
    }

    func decode<Answer: Decodable & Sendable>(_ answer: (Data, HTTPURLResponse)) throws -> Answer {
        guard answer.1.statusCode < 300 else { throw try JSONDecoder().decode(Problem.self, from: answer.0) }
        return try JSONDecoder().decode(Answer.self, from: answer.0)
    }

    /// One more try with the same key and body where the first had no answer, or the clock is off: it is done once.
    private func send(
        _ path: String, _ json: [String: any Sendable]?, access: String? = nil, key: String? = nil, signer: (any DeviceKey)? = nil
    ) async throws -> (Data, HTTPURLResponse) {
        func attempt() async throws -> (Data, HTTPURLResponse) {
            var request = URLRequest(url: URL(string: path, relativeTo: origin)!)
            if let json {
                request.httpMethod = "POST"
                request.httpBody = try JSONSerialization.data(withJSONObject: json)
                request.setValue("application/json", forHTTPHeaderField: "Content-Type")
            }
            if let access { request.setValue("Bearer \(access)", forHTTPHeaderField: "Authorization") }
            if let key { request.setValue(key, forHTTPHeaderField: "Idempotency-Key") }
            if let signer {
                let proof = try signer.proof("POST", request.url!.absoluteString, nonce: nonce)
                request.setValue(proof, forHTTPHeaderField: "DPoP")
            }
            let (data, response) = try await URLSession.shared.data(for: request)
            let answer = response as! HTTPURLResponse
            if let newest = answer.value(forHTTPHeaderField: "DPoP-Nonce") { nonce = newest }
            return (data, answer)
        }
        let answer: (Data, HTTPURLResponse)
        do { answer = try await attempt() } catch is URLError { answer = try await attempt() }
        let problem = answer.1.statusCode == 400 ? try? JSONDecoder().decode(Problem.self, from: answer.0) : nil
        return signer != nil && problem?.type.hasSuffix("/use-dpop-nonce") == true ? try await attempt() : answer
    }
}
