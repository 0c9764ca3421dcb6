// What the example in Kotlin uses of Android, for compilers that do not have it.

package android.security.keystore

import java.security.InvalidKeyException
import java.security.spec.AlgorithmParameterSpec

class KeyPermanentlyInvalidatedException : InvalidKeyException()

object KeyProperties {
    const val PURPOSE_SIGN = 4
    const val DIGEST_SHA256 = "SHA-256"
    const val KEY_ALGORITHM_EC = "EC"
}

class KeyGenParameterSpec : AlgorithmParameterSpec {
    @Suppress("unused")
    class Builder(alias: String, purposes: Int) {
        fun setAlgorithmParameterSpec(spec: AlgorithmParameterSpec) = this
        fun setDigests(vararg digests: String) = this
        fun build() = KeyGenParameterSpec()
    }
}
