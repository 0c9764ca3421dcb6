// Sign in with Google on Android, with Credential Manager and com.google.android.libraries.identity.googleid. Copy it beside
// Latchkey.kt; what has to be configured is in ../README.md.

package com.example.latchkey

import android.content.Context
import androidx.credentials.CredentialManager
import androidx.credentials.CustomCredential
import androidx.credentials.GetCredentialRequest
import com.google.android.libraries.identity.googleid.GetSignInWithGoogleOption
import com.google.android.libraries.identity.googleid.GoogleIdTokenCredential

/**
 * @param activity over which the system shows its sheet; its exceptions say that the user did not want to, or has no account.
 * @param serverClientId the id of the *web* client: the ID token is for that one, and not for the Android client.
 */
class GoogleSignIn(private val latchkey: Latchkey, private val activity: Context, private val serverClientId: String) {
    private val system = CredentialManager.create(activity)

    /** For a button. Google puts the nonce into the ID token as it is given. */
    suspend fun signIn() {
        val nonce = latchkey.nonce()
        val option = GetSignInWithGoogleOption.Builder(serverClientId).setNonce(nonce).build()
        val shown = system.getCredential(activity, GetCredentialRequest(listOf(option))).credential as CustomCredential
        latchkey.loginWith("google", GoogleIdTokenCredential.createFrom(shown.data).idToken, nonce)
    }
}
