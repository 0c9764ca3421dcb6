// A key of the device that sessions are bound to (RFC 9449), in the Android Keystore. ../refresh-protocol.md says what is in a proof.

package com.example.latchkey

import android.security.keystore.KeyGenParameterSpec
import android.security.keystore.KeyPermanentlyInvalidatedException
import android.security.keystore.KeyProperties
import java.math.BigInteger
import java.security.KeyPairGenerator
import java.security.KeyStore
import java.security.PrivateKey
import java.security.Signature
import java.security.interfaces.ECPublicKey
import java.security.spec.ECGenParameterSpec
import java.util.Base64
import java.util.UUID
import org.json.JSONObject

/** For certain, and for good. Whatever else is thrown may pass: the tokens stay. */
class KeyGone : Exception("The device key is gone")

interface DeviceKeys {
    /** Never makes one: a new key is of no use to old tokens. Throws `KeyGone`. */
    fun load(): DeviceKey

    fun loadOrCreate(): DeviceKey
}

class AndroidKeys(private val alias: String = "latchkey") : DeviceKeys {
    override fun load() = stored() ?: throw KeyGone()

    override fun loadOrCreate() = stored() ?: create()

    private fun stored(): DeviceKey? {
        val keystore = KeyStore.getInstance("AndroidKeyStore").apply { load(null) }
        // Null if there is none; it throws for what may pass. `containsAlias`, `getEntry` and `getCertificate` do not tell the two apart.
        val key = keystore.getKey(alias, null) as PrivateKey? ?: return null
        val certificate = keystore.getCertificate(alias) ?: throw IllegalStateException("The Keystore does not answer")
        return DeviceKey(key, certificate.publicKey as ECPublicKey)
    }

    /** In the TEE: StrongBox takes 80 ms for a signature. Without a lock screen's leave: refreshes happen in the background. */
    private fun create(): DeviceKey {
        val spec = KeyGenParameterSpec.Builder(alias, KeyProperties.PURPOSE_SIGN)
            .setAlgorithmParameterSpec(ECGenParameterSpec("secp256r1"))
            .setDigests(KeyProperties.DIGEST_SHA256)
            .build()
        val generator = KeyPairGenerator.getInstance(KeyProperties.KEY_ALGORITHM_EC, "AndroidKeyStore")
        val pair = generator.apply { initialize(spec) }.generateKeyPair()
        return DeviceKey(pair.private, pair.public as ECPublicKey)
    }
}

class DeviceKey(private val privateKey: PrivateKey, publicKey: ECPublicKey) {
    private val x = base64url(bytes32(publicKey.w.affineX))
    private val y = base64url(bytes32(publicKey.w.affineY))

    /** Tells it from any other key. */
    val name = x.take(16)

    /** A new one for every attempt. `url` is without query. */
    fun proof(method: String, url: String, nonce: String?): String {
        val jwk = JSONObject().put("kty", "EC").put("crv", "P-256").put("x", x).put("y", y)
        val header = JSONObject().put("typ", "dpop+jwt").put("alg", "ES256").put("jwk", jwk)
        val claims = JSONObject().put("jti", UUID.randomUUID().toString()).put("htm", method).put("htu", url)
            .put("iat", System.currentTimeMillis() / 1000).putOpt("nonce", nonce)
        val input = listOf(header, claims).joinToString(".") { base64url(it.toString().toByteArray()) }
        return input + "." + base64url(sign(input.toByteArray()))
    }

    private fun sign(input: ByteArray): ByteArray {
        val signature = Signature.getInstance("SHA256withECDSA")
        try { signature.initSign(privateKey) } catch (_: KeyPermanentlyInvalidatedException) { throw KeyGone() }
        val der = signature.apply { update(input) }.sign()
        // 30 len 02 len r 02 len s
        val r = der.copyOfRange(4, 4 + der[3])
        val s = der.copyOfRange(6 + der[3], der.size)
        return bytes32(BigInteger(r)) + bytes32(BigInteger(s))
    }

    private fun bytes32(number: BigInteger): ByteArray {
        val bytes = number.toByteArray().takeLast(32) // a zero may come first, for the sign
        return ByteArray(32 - bytes.size) + bytes
    }

    private fun base64url(bytes: ByteArray): String = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes)
}
