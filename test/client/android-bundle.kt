// What the examples in Kotlin use of Android, for compilers that do not have it.

package android.os

class Bundle
