// The refresh protocol on Android, with OkHttp, coroutines and org.json (Android's own). Copy it into your app: ../refresh-protocol.md
// says why each line is there.

package com.example.latchkey

import java.io.IOException
import java.util.UUID
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.sync.Mutex
import kotlinx.coroutines.sync.withLock
import kotlinx.coroutines.withContext
import okhttp3.MediaType.Companion.toMediaType
import okhttp3.OkHttpClient
import okhttp3.Request
import okhttp3.RequestBody.Companion.toRequestBody
import okhttp3.Response
import org.json.JSONException
import org.json.JSONObject

/**
 * `key`: made with the tokens, sent with the call that spends them and with every retry of it. `deviceKey`: the one that their session
 * is bound to, or about to be; `none` where they are sent without a proof, which is decided once for all retries.
 */
data class Tokens(
    val access: String,
    val refresh: String,
    val deviceKey: String? = null,
    val key: String = UUID.randomUUID().toString(),
)

private const val none = ""

class Refused(val problem: JSONObject) : IOException(problem.optString("title")) // to be shown
class TryLater(val seconds: Long?) : IOException()

/** What keeps secrets in your app: a file that is encrypted with a key of the Android Keystore, for example. */
interface Vault {
    fun load(): Tokens?

    /** In one write. `null` forgets the tokens. */
    fun save(tokens: Tokens?)

    /** Both outlive a logout: the handle of a mail whose code is still to be typed, and the word that this device is known. */
    var request: String?
    var knownDevice: String?
}

/** @param keys `AndroidKeys()`; without them nothing is bound. */
class Latchkey(
    val origin: String,
    val vault: Vault,
    val http: OkHttpClient,
    val keys: DeviceKeys? = null,
    val onSignedOut: () -> Unit,
) {
    private val oneAtATime = Mutex()
    @Volatile private var nonce: String? = null

    /** What the code of the mail is typed with. It is kept: the app may be closed while the mail is read. */
    suspend fun register(email: String, name: String) {
        vault.request = post("/api/auth/register", JSONObject().put("email", email).put("name", name)).getString("request")
    }

    suspend fun verify(code: String, password: String) {
        val proof = JSONObject().put("request", vault.request).put("code", code).put("password", password)
        signIn("/api/auth/verify-email", proof.put("sign_in", true))
        vault.request = null
    }

    /**
     * Refused with `auth_session` and `factors` where the account has a second factor: `secondFactor` goes on. Keep the handle for its
     * five minutes: the app may be closed while the code is fetched from another one.
     */
    suspend fun login(email: String, password: String) =
        signIn("/api/auth/login", JSONObject().put("email", email).put("password", password))

    /** For the SDK of a provider, and for the call that brings its ID token: good for one sign-in. */
    suspend fun nonce(): String = post("/api/auth/nonce", JSONObject()).getString("nonce")

    /** As `login`. @param nonce as `nonce()` gave it, also where the SDK was given its hash. */
    suspend fun loginWith(provider: String, idToken: String, nonce: String) =
        signIn("/api/auth/login/$provider", JSONObject().put("id_token", idToken).put("nonce", nonce))

    suspend fun secondFactor(authSession: String, totp: String) =
        signIn("/api/auth/login/second-factor", JSONObject().put("auth_session", authSession).put("totp", totp))

    /** Ends every session and begins this one anew. If the answer is lost, the next refresh brings it: it has the same key. */
    suspend fun changePassword(current: String, chosen: String) {
        val change = JSONObject().put("current_password", current).put("new_password", chosen)
        val answer = answerTo(call("/api/auth/change-password", change, spendsTokens = true))
        vault.save(tokensIn(answer, vault.load()?.deviceKey))
    }

    /** Calls the API. An access token that is refused is answered with one refresh and one more try. */
    suspend fun call(path: String, json: JSONObject? = null, spendsTokens: Boolean = false): Response {
        val once = UUID.randomUUID().toString()
        suspend fun sendWith(tokens: Tokens?): Response {
            val spent = tokens?.takeIf { spendsTokens }
            return send(path, json, tokens?.access, spent?.key ?: once, spent?.let(::keyOf))
        }
        val tokens = vault.load()
        val response = sendWith(tokens)
        // A wrong password is a 401 too: sent again, it would count twice.
        val isRefused = response.code == 401 && "invalid_token" in response.header("WWW-Authenticate").orEmpty()
        if (!isRefused || tokens == null) return response
        response.close()
        return sendWith(refresh(tokens))
    }

    internal suspend fun signIn(path: String, json: JSONObject) {
        val signer = newSigner()
        val answer = post(path, json.put("known_device", vault.knownDevice), signer)
        vault.save(tokensIn(answer, signer?.name))
        vault.knownDevice = answer.optString("known_device")
    }

    /** Nothing when the session is over. IOException, offline too: the tokens are kept, and their key, for the next try. */
    private suspend fun refresh(refused: Tokens): Tokens? = oneAtATime.withLock {
        val loaded = vault.load() ?: return null
        if (loaded.access != refused.access) return loaded // somebody was faster
        // Saved before the request that binds the session; from then on never without a proof.
        val stored = if (loaded.deviceKey != null || keys == null) loaded
            else loaded.copy(deviceKey = newSigner()?.name ?: none).also(vault::save)
        val signer = try { keyOf(stored) } catch (_: KeyGone) { return signedOut() } // no logout: the tokens are worth nothing here alone
        send("/api/auth/refresh", JSONObject().put("refresh_token", stored.refresh), key = stored.key, signer = signer).use {
            if (it.isSuccessful) return tokensIn(JSONObject(it.body!!.string()), signer?.name).also(vault::save)
            if (problemIn(it).optBoolean("discard_credentials")) return signedOut()
            throw TryLater(it.header("Retry-After")?.toLongOrNull()) // `refresh-superseded` as well: the vault is read again
        }
    }

    private fun signedOut(): Tokens? {
        vault.save(null)
        onSignedOut()
        return null
    }

    /** Nothing where the Keystore fails: a sign-in, or a session that is not bound, goes on without. */
    private fun newSigner(): DeviceKey? = try { keys?.loadOrCreate() } catch (_: Exception) { null }

    /** Throws where the Keystore fails: the tokens stay, and the call may be repeated. */
    private fun keyOf(tokens: Tokens): DeviceKey? {
        if (tokens.deviceKey == null || tokens.deviceKey == none) return null
        val key = checkNotNull(keys) { "The session is bound to a device key" }.load()
        return if (key.name == tokens.deviceKey) key else throw KeyGone()
    }

    internal suspend fun post(path: String, json: JSONObject, signer: DeviceKey? = null): JSONObject =
        answerTo(send(path, json, key = UUID.randomUUID().toString(), signer = signer))

    internal fun answerTo(response: Response): JSONObject = response.use {
        if (it.isSuccessful) JSONObject(it.body!!.string()) else throw Refused(problemIn(it))
    }

    /** One more try with the same key and body where the first had no answer, or the clock is off: it is done once. */
    private suspend fun send(
        path: String,
        json: JSONObject?,
        access: String? = null,
        key: String? = null,
        signer: DeviceKey? = null,
    ): Response = withContext(Dispatchers.IO) {
        fun attempt(): Response {
            val request = Request.Builder().url(origin + path)
            json?.let { request.post(it.toString().toRequestBody("application/json".toMediaType())) }
            access?.let { request.header("Authorization", "Bearer $it") }
            key?.let { request.header("Idempotency-Key", it) }
            signer?.let { request.header("DPoP", it.proof("POST", origin + path, nonce)) }
            val response = http.newCall(request.build()).execute()
            response.header("DPoP-Nonce")?.let { nonce = it }
            return response
        }
        val response = try { attempt() } catch (_: IOException) { attempt() }
        val wantsNonce = signer != null && response.code == 400 && "use-dpop-nonce" in response.peekBody(4096).string()
        if (wantsNonce) response.close()
        if (wantsNonce) attempt() else response
    }

    private fun tokensIn(answer: JSONObject, deviceKey: String?) =
        Tokens(answer.getString("access_token"), answer.getString("refresh_token"), deviceKey?.takeIf { it != none })

    private fun problemIn(response: Response) =
        try { JSONObject(response.body!!.string()) } catch (_: JSONException) { JSONObject() } // a gateway's page
}
