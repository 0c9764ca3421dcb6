// What the example in Kotlin uses of androidx.credentials, for compilers that do not have it.

package androidx.credentials

import android.content.Context
import android.os.Bundle

abstract class Credential

abstract class CreateCredentialRequest

abstract class CreateCredentialResponse

abstract class CredentialOption

@Suppress("unused")
class CreatePublicKeyCredentialRequest(requestJson: String) : CreateCredentialRequest()

class CreatePublicKeyCredentialResponse(val registrationResponseJson: String) : CreateCredentialResponse()

@Suppress("unused")
class GetPublicKeyCredentialOption(requestJson: String) : CredentialOption()

class CustomCredential(val type: String, val data: Bundle) : Credential()

class PublicKeyCredential(val authenticationResponseJson: String) : Credential()

@Suppress("unused")
class GetCredentialRequest(credentialOptions: List<CredentialOption>)

class GetCredentialResponse(val credential: Credential)

interface CredentialManager {
    suspend fun createCredential(context: Context, request: CreateCredentialRequest): CreateCredentialResponse

    suspend fun getCredential(context: Context, request: GetCredentialRequest): GetCredentialResponse

    companion object {
        @Suppress("UNUSED_PARAMETER")
        fun create(context: Context): CredentialManager = TODO()
    }
}
