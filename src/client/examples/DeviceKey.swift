// A key of the device that sessions are bound to (RFC 9449), in the Secure Enclave. ../refresh-protocol.md says what is in a proof.

import Foundation
#if canImport(Security)
import CryptoKit
import Security
#endif

/// For certain, and for good. Whatever else is thrown may pass: the tokens stay.
struct KeyGone: Error {}

protocol DeviceKeys: Sendable {
    /// Never makes one: a new key is of no use to old tokens. Throws `KeyGone`.
    func load() throws -> any DeviceKey
    func loadOrCreate() throws -> any DeviceKey
}

protocol DeviceKey: Sendable {
    /// x and y of the point, 64 bytes.
    var publicKey: Data { get }
    /// ES256: r and s, 64 bytes.
    func sign(_ input: Data) throws -> Data
}

extension DeviceKey {
    /// Tells it from any other key.
    var name: String { String(base64url(publicKey.prefix(32)).prefix(16)) }

    /// A new one for every attempt. `url` is without query.
    func proof(_ method: String, _ url: String, nonce: String?) throws -> String {
        let jwk = ["kty": "EC", "crv": "P-256", "x": base64url(publicKey.prefix(32)), "y": base64url(publicKey.suffix(32))]
        let header: [String: Any] = ["typ": "dpop+jwt", "alg": "ES256", "jwk": jwk]
        var claims: [String: Any] = ["jti": UUID().uuidString, "htm": method, "htu": url, "iat": Int(Date().timeIntervalSince1970)]
        claims["nonce"] = nonce
        let parts = try [header, claims].map { base64url(try JSONSerialization.data(withJSONObject: $0)) }
        let input = parts.joined(separator: ".")
        return try input + "." + base64url(sign(Data(input.utf8)))
    }
}

func base64url(_ data: Data) -> String {
    data.base64EncodedString().replacingOccurrences(of: "+", with: "-").replacingOccurrences(of: "/", with: "_")
        .replacingOccurrences(of: "=", with: "")
}

#if canImport(Security)
struct EnclaveKey: DeviceKey {
    let key: SecureEnclave.P256.Signing.PrivateKey
    var publicKey: Data { key.publicKey.rawRepresentation }
    func sign(_ input: Data) throws -> Data { try key.signature(for: input).rawRepresentation }
}

/// The Keychain has what the Secure Enclave needs to find the key again, and not the key.
struct EnclaveKeys: DeviceKeys {
    private let item: [CFString: Any] = [kSecClass: kSecClassGenericPassword, kSecAttrAccount: "latchkey.device-key"]

    func load() throws -> any DeviceKey {
        guard let key = try stored() else { throw KeyGone() }
        return key
    }

    func loadOrCreate() throws -> any DeviceKey {
        if let key = try stored() { return key }
        // Without a face or a finger, and while the phone is locked: refreshes happen in the background.
        let accessible = kSecAttrAccessibleAfterFirstUnlockThisDeviceOnly
        guard let access = SecAccessControlCreateWithFlags(nil, accessible, .privateKeyUsage, nil) else { throw fault(errSecParam) }
        let key = try SecureEnclave.P256.Signing.PrivateKey(accessControl: access)
        let added = item.merging([kSecAttrAccessible: accessible, kSecValueData: key.dataRepresentation]) { $1 }
        let status = SecItemAdd(added as CFDictionary, nil)
        if status == errSecDuplicateItem { return try load() } // an extension of the app was faster
        guard status == errSecSuccess else { throw fault(status) }
        return EnclaveKey(key: key)
    }

    private func stored() throws -> EnclaveKey? {
        var found: CFTypeRef?
        let status = SecItemCopyMatching(item.merging([kSecReturnData: true]) { $1 } as CFDictionary, &found)
        if status == errSecItemNotFound { return nil } // for certain: a locked Keychain says something else
        guard status == errSecSuccess, let data = found as? Data else { throw fault(status) }
        return EnclaveKey(key: try SecureEnclave.P256.Signing.PrivateKey(dataRepresentation: data))
    }

    private func fault(_ status: OSStatus) -> NSError { NSError(domain: NSOSStatusErrorDomain, code: Int(status)) }
}
#endif
