/* What a shared object starts with: its handle, and the note that says what it is and for which API level. */
    .section .note.android.ident,"a",%note
    .balign 4
    .long 8
    .long 4
    .long 1
    .asciz "Android"
    .long 26

    .section .data.rel.ro,"aw",%progbits
    .balign 8
    .hidden __dso_handle
    .globl __dso_handle
    .type __dso_handle,%object
    .size __dso_handle,8
__dso_handle:
    .quad __dso_handle
    .section .note.GNU-stack,"",%progbits
