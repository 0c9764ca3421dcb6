// Passkeys on Android, with Credential Manager (androidx.credentials): JSON goes through as it is. Copy it beside Latchkey.kt; what has
// to be configured is in ../README.md.

package com.example.latchkey

import android.content.Context
import androidx.credentials.CreatePublicKeyCredentialRequest
import androidx.credentials.CreatePublicKeyCredentialResponse
import androidx.credentials.CredentialManager
import androidx.credentials.GetCredentialRequest
import androidx.credentials.GetPublicKeyCredentialOption
import androidx.credentials.PublicKeyCredential
import org.json.JSONObject

/** @param activity over which the system shows its sheet; its exceptions say that the user did not want to, or has none. */
class Passkeys(private val latchkey: Latchkey, private val activity: Context) {
    private val system = CredentialManager.create(activity)

    /** Takes a sign-in of the last ten minutes, or is refused with `recent-sign-in-required`. */
    suspend fun register(name: String) {
        val options = latchkey.answerTo(latchkey.call("/api/users/me/passkeys/options", JSONObject()))
        val request = CreatePublicKeyCredentialRequest(options.toString())
        val made = system.createCredential(activity, request) as CreatePublicKeyCredentialResponse
        val passkey = JSONObject().put("credential", JSONObject(made.registrationResponseJson)).put("name", name)
        latchkey.answerTo(latchkey.call("/api/users/me/passkeys", passkey))
    }

    suspend fun signIn() = latchkey.signIn("/api/auth/passkey", JSONObject().put("credential", ask(JSONObject())))

    /** In place of a code. */
    suspend fun secondFactor(authSession: String) {
        val handle = JSONObject().put("auth_session", authSession)
        val passkey = ask(handle)
        latchkey.signIn("/api/auth/login/second-factor", handle.put("passkey", passkey))
    }

    private suspend fun ask(json: JSONObject): JSONObject {
        val options = latchkey.post("/api/auth/passkey/options", json)
        val request = GetCredentialRequest(listOf(GetPublicKeyCredentialOption(options.toString())))
        val shown = system.getCredential(activity, request).credential as PublicKeyCredential
        return JSONObject(shown.authenticationResponseJson)
    }
}
