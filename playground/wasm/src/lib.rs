//! The compiler as a WebAssembly module without imports.
//!
//! A page allocates memory with [`reserve`], writes a request to it, and calls [`answer`]. The result is one number
//! that contains the address of the response in the upper 32 bits and its length in the lower ones. After reading the
//! response, the page frees it with [`release`].

use std::cell::RefCell;

use dotpipe::browser::Page;

thread_local! {
    static PAGE: RefCell<Page> = RefCell::default();
}

/// Allocates memory for a request of this many bytes.
#[unsafe(no_mangle)]
pub extern "C" fn reserve(length: usize) -> *mut u8 {
    Box::into_raw(vec![0_u8; length].into_boxed_slice()).cast()
}

/// Frees the memory of a response.
///
/// # Safety
///
/// `address` and `length` must be those of a response that has not been released.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn release(address: *mut u8, length: usize) {
    // SAFETY: The caller guarantees that the memory was a boxed slice of this length.
    drop(unsafe { Box::from_raw(std::ptr::slice_from_raw_parts_mut(address, length)) });
}

/// Returns the response to the request in memory allocated by [`reserve`], and frees that memory.
///
/// # Safety
///
/// `address` and `length` must be those of one call of [`reserve`], and the memory must contain a request.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn answer(address: *mut u8, length: usize) -> u64 {
    // SAFETY: The caller guarantees that the memory was a boxed slice of this length.
    let question = unsafe { Box::from_raw(std::ptr::slice_from_raw_parts_mut(address, length)) };
    let answer = PAGE.with_borrow_mut(|page| page.answer(&String::from_utf8_lossy(&question)));
    let answer = answer.into_bytes().into_boxed_slice();
    let length = answer.len() as u64;
    let address = Box::into_raw(answer).cast::<u8>() as u64;
    address << 32 | length
}
