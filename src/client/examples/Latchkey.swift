// The refresh protocol on Apple's systems, with URLSession and an actor. Copy it into your app: ../refresh-protocol.md says why
// each line is there.

import Foundation
#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// `key`: made with the tokens, sent with the call that spends them and with every retry of it.
struct Tokens: Codable { var access: String; var refresh: String; var key = UUID().uuidString }
struct TokenResponse: Decodable { let access_token: String; let refresh_token: String; let known_device: String? }
struct MailAnswer: Decodable { let request: String; let code_length: Int }
struct Problem: Error, Decodable { let type: String; let discard_credentials: Bool? }
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
    private let onSignedOut: @Sendable () -> Void
    private var refreshing: Task<Tokens?, Error>?

    init(origin: URL, vault: any Vault, onSignedOut: @escaping @Sendable () -> Void) {
        self.origin = origin
        self.vault = vault
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

    func login(email: String, password: String) async throws {
        try await signIn("/api/auth/login", ["email": email, "password": password])
    }

    /// Ends every session and begins this one anew. If the answer is lost, the next refresh brings it: it has the same key.
    func changePassword(_ current: String, to chosen: String) async throws {
        let change = ["current_password": current, "new_password": chosen]
        let answer: TokenResponse = try decode(try await call("/api/auth/change-password", change, spendsTokens: true))
        try vault.save(Tokens(access: answer.access_token, refresh: answer.refresh_token))
    }

    /// Calls the API. An access token that is refused is answered with one refresh and one more try.
    func call(_ path: String, _ json: [String: any Sendable]? = nil, spendsTokens: Bool = false) async throws -> (Data, HTTPURLResponse) {
        let once = UUID().uuidString
        let tokens = try vault.load()
        let first = try await send(path, json, access: tokens?.access, key: spendsTokens ? tokens?.key : once)
        // A wrong password is a 401 too: sent again, it would count twice.
        let refusal = first.1.value(forHTTPHeaderField: "WWW-Authenticate") ?? ""
        guard first.1.statusCode == 401, refusal.contains("invalid_token"), let tokens,
            let renewed = try await refresh(tokens) else { return first }
        return try await send(path, json, access: renewed.access, key: spendsTokens ? renewed.key : once)
    }

    private func signIn(_ path: String, _ json: [String: any Sendable]) async throws {
        let known: [String: any Sendable] = try vault.knownDevice().map { ["known_device": $0] } ?? [:]
        let answer: TokenResponse = try await post(path, json.merging(known) { given, _ in given })
        try vault.save(Tokens(access: answer.access_token, refresh: answer.refresh_token))
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
        guard let stored = try vault.load() else { return nil }
        if stored.access != refused.access { return stored } // somebody was faster
        let (data, response) = try await send("/api/auth/refresh", ["refresh_token": stored.refresh], key: stored.key)
        if response.statusCode == 200 {
            let answer: TokenResponse = try decode((data, response))
            let renewed = Tokens(access: answer.access_token, refresh: answer.refresh_token)
            try vault.save(renewed)
            return renewed
        }
        let problem = try? JSONDecoder().decode(Problem.self, from: data) // or a gateway's page
        guard problem?.discard_credentials == true else {
            // `refresh-superseded` as well: the vault is read again
            throw TryLater(seconds: response.value(forHTTPHeaderField: "Retry-After").flatMap { Int($0) })
        }
        try vault.save(nil)
        onSignedOut()
        return nil
    }

    private func post<Answer: Decodable>(_ path: String, _ json: [String: any Sendable]) async throws -> Answer {
        try decode(try await send(path, json, key: UUID().uuidString))
    }

    private func decode<Answer: Decodable>(_ answer: (Data, HTTPURLResponse)) throws -> Answer {
        guard answer.1.statusCode < 300 else { throw try JSONDecoder().decode(Problem.self, from: answer.0) }
        return try JSONDecoder().decode(Answer.self, from: answer.0)
    }

    /// One more try with the same key and body where the first had no answer: it is done once.
    private func send(
        _ path: String, _ json: [String: any Sendable]?, access: String? = nil, key: String? = nil
    ) async throws -> (Data, HTTPURLResponse) {
        var request = URLRequest(url: URL(string: path, relativeTo: origin)!)
        if let json {
            request.httpMethod = "POST"
            request.httpBody = try JSONSerialization.data(withJSONObject: json)
            request.setValue("application/json", forHTTPHeaderField: "Content-Type")
        }
        if let access { request.setValue("Bearer \(access)", forHTTPHeaderField: "Authorization") }
        if let key { request.setValue(key, forHTTPHeaderField: "Idempotency-Key") }
        do {
            let (data, response) = try await URLSession.shared.data(for: request)
            return (data, response as! HTTPURLResponse)
        } catch is URLError {
            let (data, response) = try await URLSession.shared.data(for: request)
            return (data, response as! HTTPURLResponse)
        }
    }
}
