// What the example in Kotlin uses of Google's library, for compilers that do not have it.

package com.google.android.libraries.identity.googleid

import android.os.Bundle
import androidx.credentials.CredentialOption

class GetSignInWithGoogleOption : CredentialOption() {
    @Suppress("unused")
    class Builder(serverClientId: String) {
        fun setNonce(nonce: String?) = this
        fun build() = GetSignInWithGoogleOption()
    }
}

class GoogleIdTokenCredential(val idToken: String) {
    companion object {
        @Suppress("UNUSED_PARAMETER")
        fun createFrom(data: Bundle): GoogleIdTokenCredential = TODO()
    }
}
